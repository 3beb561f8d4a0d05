/**
 * Preloaded into every Node process of the tests on the engine: halves the time in which Pulumi's SDK starts, which it
 * spends on compiling the same files and on a package that only programs with cloud functions need.
 *
 * It affects the processes that Pulumi starts for a program and for dynamic providers, and in them only the SDK and
 * this package, and those of our own bundles, which are compiled once. QUICK_START_FOLDER is for compiled code.
 */
const { readFileSync, renameSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

const ROOT = path.resolve(__dirname, "../../..");
/** The output of scripts/bundle.mjs. */
const BUNDLES = /[\\/]dist[\\/](plugin|converter|cli|dynamic)[\\/]/;
const main = process.argv[1] ?? "";
const folder = process.env.QUICK_START_FOLDER;

/** What Pulumi's SDK loads at once and seldom uses: for cloud functions, its Automation API, tracing and closures. */
const SELDOM_USED = [
  "@npmcli/arborist",
  "./automation",
  /^@opentelemetry\/(?!api$)/,
  /\/typescript-shim$/,
  "normalize-package-data",
  "semver",
];

const pulumis = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/](run|dynamic-provider)[\\/]/.exec(main);
const ours = BUNDLES.exec(main);

if (folder && (pulumis ?? ours)) {
  const own = path.join(folder, `${process.version}-${(pulumis ?? ours)[1]}`);
  if (pulumis) {
    loadWhenUsed();
    rememberPlaces(`${own}-places`);
  }
  keepCompiledCode(`${own}-code`);
}

function loadWhenUsed() {
  const load = Module._load;
  Module._load = function loadOrPromise(request, parent, ...rest) {
    if (!/[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename)) {
      return load.call(this, request, parent, ...rest);
    }
    if (SELDOM_USED.some((one) => (typeof one === "string" ? one === request : one.test(request)))) {
      return whenUsed(() => load.call(this, request, parent, ...rest));
    }
    const loaded = load.call(this, request, parent, ...rest);
    return /\/debuggable$/.test(request) ? withoutStacks(loaded) : loaded;
  };
}

/** Stands in for a module and loads it when it is first used. */
function whenUsed(load) {
  let loaded;
  const whole = () => (loaded ??= load());
  return new Proxy(() => undefined, {
    // TypeScript's own mark of a module that need not be copied.
    get: (_, name) => name === "__esModule" || (name === "default" && !whole().__esModule ? whole() : whole()[name]),
    apply: (_, self, args) => Reflect.apply(whole(), self, args),
  });
}

/** Keeps the SDK's promises from recording stack traces, which nobody reads, and which are looked up in source maps. */
function withoutStacks(debuggable) {
  const { debuggablePromise } = debuggable;
  if (!debuggable.withoutStacks) {
    debuggable.withoutStacks = true;
    debuggable.debuggablePromise = (...args) => {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 0;
      try {
        return debuggablePromise(...args);
      } finally {
        Error.stackTraceLimit = limit;
      }
    };
  }
  return debuggable;
}

/** Keeps where Node has found each file, so that it does not search many folders again. */
function rememberPlaces(file) {
  try {
    Object.assign(Module._pathCache, JSON.parse(readFileSync(file, "utf8")));
  } catch {
    process.once("exit", () => {
      const ours = Object.entries(Module._pathCache).filter(([asked]) => asked.includes(`\0${ROOT}${path.sep}`));
      replaceFile(file, JSON.stringify(Object.fromEntries(ours)));
    });
  }
}

/**
 * Keeps V8's code of each file, written when the process ends, so that it includes every function that was called. Node
 * 22 and later can do this themselves (`module.enableCompileCache`).
 */
function keepCompiledCode(file) {
  // V8 accepts code only under the flags with which it was written, and Pulumi's SDK and this package set these later.
  setFlagsFromString("--allow-natives-syntax");
  setFlagsFromString("--wasm-tiering-budget=1000000000");
  const known = readCode(file);
  const scripts = new Map();
  let isComplete = true;
  const compile = Module.prototype._compile;

  Module.prototype._compile = function compileOnce(text, name, ...rest) {
    if (!name.startsWith(`${ROOT}${path.sep}`) || importsLater(text, name)) {
      return compile.call(this, text, name, ...rest);
    }
    const { mtimeMs } = statSync(name);
    const cachedData = known.get(name)?.mtimeMs === mtimeMs ? known.get(name).code() : undefined;
    const script = new Script(Module.wrap(text.replace(/^#!.*/, "")), {
      filename: name,
      ...(cachedData && { cachedData }),
    });
    isComplete &&= script.cachedDataRejected === false;
    scripts.set(name, { mtimeMs, code: () => script.createCachedData() });
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

/** V8 cannot resolve the `import()` of a file with kept code; the compiler and our bundles never call theirs. */
function importsLater(text, name) {
  return /\bimport\(/.test(text) && path.basename(name) !== "typescript.js" && !BUNDLES.test(name);
}

/** Reads the kept code: the length of the index, the index, and the code of all files. */
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
    index.map(([name, mtimeMs, from, to]) => [name, { mtimeMs, code: () => bytes.subarray(start + from, start + to) }]),
  );
}

function writeCode(file, scripts) {
  const parts = [];
  let length = 0;
  const index = [...new Map(scripts)].map(([name, { mtimeMs, code }]) => {
    const bytes = code();
    parts.push(bytes);
    length += bytes.length;
    return [name, mtimeMs, length - bytes.length, length];
  });
  const head = Buffer.from(JSON.stringify(index));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  replaceFile(file, Buffer.concat([size, head, ...parts]));
}

/** Writes under another name first, because several processes may end at once. */
function replaceFile(file, content) {
  writeFileSync(`${file}-${process.pid}`, content);
  renameSync(`${file}-${process.pid}`, file);
}
