/** The longest delay of a Node timer, in milliseconds: with a longer one it fires at once. */
export const longestTimer = 2 ** 31 - 1;
