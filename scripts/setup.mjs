/** Prepares a fresh clone, and says nothing if it is ready already. `--no-build` skips the compiler. */
import { build, checkNode, installDependencies, linkOwnName, say } from "./workspace.mjs";

try {
  checkNode();
  installDependencies();
  linkOwnName();
  if (!process.argv.includes("--no-build")) {
    build();
  }
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
