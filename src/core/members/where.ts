import { countryCode, suggestCountries } from './country.ts';
import { suggestZones, zoneText } from './zone.ts';

// The zone and country questions, shared by members and communities.

export const aboutZone = {
  label: 'field.zone',
  hint: 'hint.zone',
  as: zoneText,
  problem: 'problem.zone',
  complete: suggestZones,
} as const;

export const aboutCountry = {
  label: 'field.country',
  hint: 'hint.country',
  as: countryCode,
  problem: 'problem.country',
  complete: (typed: string, { locale }: { readonly locale: string }) => suggestCountries(typed, locale),
} as const;
