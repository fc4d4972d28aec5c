import { button } from '../language/button.ts';

/** Where a role is picked from a list, nobody can type "none". */
export const onlyManagers = button('com.managers', []);
