import { defineCommand } from '../conversation/command.ts';
import { parsed } from '../conversation/field.ts';
import { facts, heading, text, view } from '../conversation/view.ts';
import { countryCode, countryName } from '../members/country.ts';
import { cityOf, zoneText } from '../members/zone.ts';

/** What holds for the members of a community until they set their own. */
export const community = defineCommand({
  name: 'community',
  summary: 'command.community',
  role: 'moderator',
  options: {
    zone: parsed({ label: 'field.zone', hint: 'hint.zone', as: zoneText, problem: 'problem.zone' }),
    country: parsed({ label: 'field.country', hint: 'hint.country', as: countryCode, problem: 'problem.country' }),
  },
  run({ options: { zone, country }, person, now, words, commit }) {
    return commit(async (tx) => {
      const ref = person.communityRef;
      if (ref === null) throw new Error('A moderator was let through without a community');
      const given = { ...(zone === undefined ? {} : { zone }), ...(country === undefined ? {} : { country }) };
      const changed = await tx.communities.change(ref, given, now);
      const unset = words.text('settings.not-set');
      return view(
        heading(words.text('community.heading')),
        facts([
          [words.text('field.zone'), changed.zone === null ? unset : cityOf(changed.zone)],
          [words.text('field.country'), changed.country === null ? unset : countryName(changed.country, words.locale)],
        ]),
        text(words.text('community.what')),
      );
    });
  },
});
