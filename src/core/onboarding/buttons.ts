import { z } from 'zod';
import { button } from '../language/button.ts';
import { countryCode } from '../members/country.ts';
import { zoneName } from '../members/zone.ts';

const skip = z.literal('skip');

export const chooseZone = button('fr.zones', []);
export const zoneAnswer = button('fr.zone', [z.union([skip, zoneName])]);
export const otherCity = button('fr.city', []);
export const countryAnswer = button('fr.country', [z.union([skip, countryCode])]);
export const otherCountry = button('fr.land', []);
/** For someone who stopped alcohol or benzodiazepines this week. */
export const justStopped = button('fr.stopped', []);
