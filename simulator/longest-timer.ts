/** The longest time that a timer of Node can wait, in milliseconds: with a longer one it fires at once. */
export const longestTimer = 2 ** 31 - 1;
