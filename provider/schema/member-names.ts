/** Names of the members of an object, typed. */

/** The names of all members, in their order. */
export function memberNames<T extends object>(members: T): (keyof T & string)[] {
  return Object.keys(members) as (keyof T & string)[];
}
