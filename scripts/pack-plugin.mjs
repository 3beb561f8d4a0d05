/**
 * Packs the native plugin and the converter for a release, to install with `pulumi plugin install resource dli VERSION
 * --file TARBALL` (`converter` for the other) or, from a web server, with `--server URL`, which needs a file for each
 * platform. The content is the same for all, because running it takes only Node.
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
