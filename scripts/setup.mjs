/** Makes a fresh clone ready, and says nothing where it already is. `--no-build` leaves out the compiler. */
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
