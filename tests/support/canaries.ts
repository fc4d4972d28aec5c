// Words that stand nowhere else: where one is found, something of a member's was written.

/** What members say: their notes, their own words, whatever they type anywhere. */
export const said = 'Qvyxzbrundlewock';
/** What they and their communities are called on their platforms. */
export const named = 'Jfhqplumzvothexi';
/** What their platforms call their requests. */
export const requested = 'Bxwmokturvandils';

export const canaries = [said, named, requested];
