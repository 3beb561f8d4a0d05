/**
 * npm runs this before `npm pack` and `npm publish`; dependencies.mjs does the same for git addresses. With a `prepare`
 * in the packed package.json, npm would warn users of a script that they do not have.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  build();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
