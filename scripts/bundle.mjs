/**
 * Bundles what the engine starts anew for every operation into one file each, for a fast start and low memory use:
 * - dist/plugin: the native plugin, in the layout that Pulumi expects of a plugin's folder. The folder is the package's
 *   `bin`, the `path` for `plugins.providers`, and the content of the release tarball. Its `components.js` has Pulumi's
 *   SDK and ours, for components in programs of other languages; the plugin loads it for the first component.
 * - dist/converter: the converter for `pulumi import --from dli`, in the same layout; dist/cli: the command line `dli`.
 * - dist/dynamic/v1.js: what dynamic providers run. As 180 files it takes 45 ms and 17 MB more.
 * Part of the build, which runs it as a separate program: node scripts/bundle.mjs
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const PLUGIN = path.join(ROOT, "dist", "plugin");
export const CONVERTER = path.join(ROOT, "dist", "converter");

/** Leaves out what would be loaded but never used: zod's messages in other languages, and a loader of .proto files. */
const withoutUnused = {
  name: "without-unused",
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: 'export { default as en } from "./en.js";',
    }));
    build.onResolve({ filter: /^@grpc\/proto-loader$/ }, () => ({ path: "none", namespace: "unused" }));
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** Leaves out what components never use of Pulumi's SDK: the Automation API, and the serialisation of functions. */
const withoutClosures = {
  name: "without-closures",
  setup(build) {
    const unused =
      /@pulumi[\\/]pulumi[\\/](automation[\\/]index|dynamic[\\/]index|runtime[\\/]closure[\\/]\w+|typescript-shim)\.js$/;
    build.onLoad({ filter: unused }, () => ({ contents: "module.exports = {};" }));
  },
};

async function bundle(entry, outfile, options = {}) {
  // Loaded here because pack-plugin.mjs imports the folders' names before node_modules exists.
  const { build } = createRequire(import.meta.url)("esbuild");
  await build({
    entryPoints: [path.join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Every megabyte of code is one of memory. Identifiers stay, because errors are named after their classes, and
    // lines stay short, because Node prints the one that failed.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: "none",
    // digest-fetch requires it only if Node has no fetch.
    external: ["node-fetch"],
    plugins: [withoutUnused],
    logLevel: "warning",
    ...options,
  });
}

/** Bundles a program into its own folder. */
async function bundleProgram(entry, folder, name) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const program = path.join(folder, name);
  await bundle(entry, program, { banner: { js: "#!/usr/bin/env node" } });
  chmodSync(program, 0o755);
  // No PulumiPlugin.yaml: with one, Pulumi runs `npm install` in the folder, needlessly.
  const { version, license } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8"));
  const files = {
    // Windows starts this one, because it does not run files without an extension.
    [`${name}.cmd`]: `@echo off\r\nnode "%~dp0${name}" %*\r\n`,
    "package.json": `${JSON.stringify({ name, version, license, type: "commonjs", main: name }, undefined, 2)}\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, file), text);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleProgram("provider/plugin/main.ts", PLUGIN, "pulumi-resource-dli");
  const components = path.join(PLUGIN, "components.js");
  await bundle("sdk/remote/main.ts", components, { plugins: [withoutUnused, withoutClosures] });
  await bundleProgram("provider/converter/main.ts", CONVERTER, "pulumi-converter-dli");
  await bundleProgram("cli/main.ts", path.join(ROOT, "dist", "cli"), "dli");
  await bundle("provider/dynamic/provider.ts", path.join(ROOT, "dist", "dynamic", "v1.js"));
}
