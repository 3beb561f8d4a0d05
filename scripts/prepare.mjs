/** npm runs this after `npm install` and `npm ci` in the project, and before `npm pack` and `npm publish`. */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  build();
} catch (error) {
  say(error.message);
  // Sources that do not compile must not be published, but they are no reason to refuse the dependencies.
  if (["pack", "publish"].includes(process.env.npm_command)) {
    process.exitCode = 1;
  }
}
