/**
 * npm runs this whenever it has changed node_modules, without a word, and warns nobody of it. In a clone, examples find the
 * package by its name from then on. Where somebody installs it from a git address, npm does that in a clone of its own, which
 * it then packs without `prepack`: there it is built.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  // The variable by which npm keeps such clones from making each other.
  if (process.env["_PACOTE_NO_PREPARE_"] !== undefined) {
    build();
  }
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
