/**
 * Packs the native plugin and the converter as releases have them: `pulumi plugin install resource dli VERSION --file
 * TARBALL` (`converter` for the other), or, with the files on a web server, `--server URL`, for which there is one name for
 * each platform. Only Node is needed to run them, so that what is inside is the same for all.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { CONVERTER, PLUGIN } from "./bundle.mjs";
import { ROOT, say } from "./workspace.mjs";

const PLATFORMS = ["darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64", "windows-amd64", "windows-arm64"];

const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
const folder = path.join(ROOT, "dist", "release");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [kind, program] of [
  ["resource", PLUGIN],
  ["converter", CONVERTER],
]) {
  const [first, ...others] = PLATFORMS.map((platform) =>
    path.join(folder, `pulumi-${kind}-dli-v${version}-${platform}.tar.gz`),
  );
  const packed = spawnSync("tar", ["-czf", first, "-C", program, ...readdirSync(program)], { encoding: "utf8" });
  if (packed.error) {
    throw packed.error;
  }
  if (packed.status !== 0) {
    throw new Error(`tar ended with ${packed.status}: ${packed.stderr}`);
  }
  for (const file of others) {
    copyFileSync(first, file);
  }
  for (const file of [first, ...others]) {
    say(path.relative(ROOT, file));
  }
}
