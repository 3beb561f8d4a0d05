/**
 * Preloaded into every Node process of the tests on the engine: lets Pulumi's SDK start in half the time, which it spends on
 * compiling the same files and on a package that only programs with functions for a cloud need.
 *
 * It touches the processes that Pulumi starts for a program and for dynamic providers, and in them only the SDK and this
 * package. QUICK_START_FOLDER names the folder for compiled code.
 */
const { createHash } = require("node:crypto");
const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

const ROOT = path.resolve(__dirname, "../..");
const main = process.argv[1] ?? "";
const folder = process.env.QUICK_START_FOLDER;

if (folder && /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/](run|dynamic-provider)[\\/]/.test(main)) {
  loadWhenUsed("@npmcli/arborist", "Arborist");
  keepCompiledCode(path.join(folder, process.version));
}

function digest(text) {
  return createHash("sha1").update(text).digest("hex");
}

/** A package that is wanted for one class. */
function loadWhenUsed(name, className) {
  const load = Module._load;
  Module._load = function loadOrPromise(request, ...rest) {
    if (request !== name) {
      return load.call(this, request, ...rest);
    }
    return {
      // TypeScript's own mark of a module that it need not copy.
      __esModule: true,
      get [className]() {
        return load.call(this, request, ...rest)[className];
      },
    };
  };
}

/**
 * V8's code of each file, written when the process ends, so that it holds every function that was called. Node 22 and later
 * do this by themselves (`module.enableCompileCache`).
 */
function keepCompiledCode(file) {
  // V8 takes code only under the flags under which it was written, and Pulumi's SDK and this package set these half way.
  setFlagsFromString("--allow-natives-syntax");
  setFlagsFromString("--wasm-tiering-budget=1000000000");
  const known = readCode(file);
  const scripts = new Map();
  let isComplete = true;
  const compile = Module.prototype._compile;

  Module.prototype._compile = function compileOnce(text, name, ...rest) {
    if (!name.startsWith(`${ROOT}${path.sep}`) || text.startsWith("#!") || importsLater(text, name)) {
      return compile.call(this, text, name, ...rest);
    }
    const key = digest(text);
    const cachedData = known.get(name)?.key === key ? known.get(name).code() : undefined;
    const script = new Script(Module.wrap(text), {
      filename: name,
      ...(cachedData && { cachedData }),
    });
    isComplete &&= script.cachedDataRejected === false;
    scripts.set(name, { key, code: () => script.createCachedData() });
    const require = Module.createRequire(name);
    const requireFromHere = Object.assign((id) => this.require(id), require);
    return script.runInThisContext().call(this.exports, this.exports, requireFromHere, this, name, path.dirname(name));
  };

  process.once("exit", () => {
    if (!isComplete) {
      writeCode(file, [...readCode(file), ...scripts]);
    }
  });
}

/** V8 forgets who resolves the `import()` of a file whose code was kept. The compiler has the word, and calls it nowhere. */
function importsLater(text, name) {
  return /\bimport\(/.test(text) && path.basename(name) !== "typescript.js";
}

/** The length of the index, the index, and the code of all files. */
function readCode(file) {
  let bytes;
  try {
    bytes = readFileSync(file);
  } catch {
    return new Map();
  }
  const start = 4 + bytes.readUInt32LE(0);
  const index = JSON.parse(bytes.subarray(4, start).toString());
  return new Map(
    index.map(([name, key, from, to]) => [name, { key, code: () => bytes.subarray(start + from, start + to) }]),
  );
}

/** Under another name first: several processes end at once. */
function writeCode(file, scripts) {
  const parts = [];
  let length = 0;
  const index = [...new Map(scripts)].map(([name, { key, code }]) => {
    const bytes = code();
    parts.push(bytes);
    length += bytes.length;
    return [name, key, length - bytes.length, length];
  });
  const head = Buffer.from(JSON.stringify(index));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  writeFileSync(`${file}-${process.pid}`, Buffer.concat([size, head, ...parts]));
  renameSync(`${file}-${process.pid}`, file);
}
