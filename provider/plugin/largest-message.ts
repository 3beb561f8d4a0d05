/** How large a message may be: a script's text can be long. */

/** In bytes; the engine's own limit. */
export const largestMessage = 400 * 1024 * 1024;
