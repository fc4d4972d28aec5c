// Prints where the zones of this Node differ from compiled ones, from 2020 to 2037: [zone, instant, the compiled offset],
// in seconds, the first instant of each zone. With the variable ICU_TIMEZONE_FILES_DIR it compares the files in that folder.
//   node scripts/compare-timezones.js /usr/share/zoneinfo ZONE...
import { offsetAt, readTzif } from './tzif.js';

const [folder, ...zones] = process.argv.slice(2);
const [firstYear, lastYear] = [2020, 2037];

process.stdout.write(JSON.stringify(zones.flatMap((zone) => firstDifference(zone, readTzif(`${folder}/${zone}`)))));

function firstDifference(zone, compiled) {
  const ours = offsetsOfNode(zone);
  const at = instants(compiled).find((at) => ours(at) !== offsetAt(compiled, at));
  return at === undefined ? [] : [[zone, at, offsetAt(compiled, at)]];
}

/** A day of each month, and both sides of each change. */
function instants({ changes }) {
  const months = Array.from({ length: (lastYear - firstYear + 1) * 12 }, (_, i) => Date.UTC(firstYear, i, 15) / 1000);
  const [begin, end] = [Date.UTC(firstYear) / 1000, Date.UTC(lastYear + 1) / 1000];
  const around = changes.flatMap(({ at }) => (at > begin && at < end ? [at - 1, at] : []));
  return [...months, ...around].sort((a, b) => a - b);
}

function offsetsOfNode(zone) {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  return (at) => {
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?$/.exec(format.format(at * 1000));
    return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60);
  };
}
