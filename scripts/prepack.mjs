/**
 * npm runs this before `npm pack` and `npm publish`; dependencies.mjs does it for git addresses. There is no `prepare`,
 * because npm would warn users of a script in package.json that they do not have.
 */
import { build, linkOwnName, say } from "./workspace.mjs";

try {
  linkOwnName();
  build();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
