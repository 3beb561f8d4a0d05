/**
 * npm runs this before `npm pack` and `npm publish`; dependencies.mjs is for git addresses. A `prepare` in the
 * packed package.json would have npm warn users of a script that they do not have.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  build();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
