/**
 * npm runs this whenever it has changed node_modules, without a word, and warns nobody of it. Where somebody installs the
 * package from a git address, npm does that in a clone of its own, which it then packs without `prepack`: there it builds.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

// The variable by which npm keeps such clones from making each other.
if (process.env["_PACOTE_NO_PREPARE_"] !== undefined) {
  try {
    linkOwnName();
    build();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
