// Makes dist/plugin: the native plugin as one file that needs nothing but Node, in the layout that Pulumi expects of a
// plugin's folder. The folder is the `bin` of the package, the `path` for `plugins.providers`, and the release tarball.
// Plain Node: it is part of the build.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const PLUGIN = path.join(ROOT, "dist", "plugin");
const PROGRAM = "pulumi-resource-dli";

/** Bundles and writes the folder anew. */
export function bundlePlugin() {
  // Looked up here, since the set-up imports this file before there is a node_modules.
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  rmSync(PLUGIN, { recursive: true, force: true });
  mkdirSync(PLUGIN, { recursive: true });
  const program = path.join(PLUGIN, PROGRAM);
  buildSync({
    entryPoints: [path.join(ROOT, "provider", "plugin", "main.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Names and lines stay as they are: errors are named after their classes, and Node prints the line that failed.
    minifySyntax: true,
    legalComments: "none",
    // digest-fetch asks for it only where Node has no fetch.
    external: ["node-fetch"],
    logLevel: "warning",
    banner: { js: "#!/usr/bin/env node" },
  });
  chmodSync(program, 0o755);
  // No PulumiPlugin.yaml: with one, Pulumi runs `npm install` in the folder, for which there is nothing to do.
  const { version, license } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const files = {
    // What Windows starts, where the file without an extension is not a program.
    [`${PROGRAM}.cmd`]: `@echo off\r\nnode "%~dp0${PROGRAM}" %*\r\n`,
    "package.json": `${JSON.stringify({ name: PROGRAM, version, license, type: "commonjs", main: PROGRAM }, undefined, 2)}\n`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(PLUGIN, name), text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bundlePlugin();
