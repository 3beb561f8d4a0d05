/**
 * npm runs this silently, without warning users of it, whenever it has changed node_modules. In a clone, this makes
 * examples find the package by its name. To install from a git address, npm packs a clone of its own without `prepack`,
 * so there this also builds.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  // npm sets this variable to keep such clones from preparing each other.
  if (process.env["_PACOTE_NO_PREPARE_"] !== undefined) {
    build();
  }
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
