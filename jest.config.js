/** @type {import("jest").Config} */
const base = {
  rootDir: __dirname,
  testEnvironment: "./test/environment.js",
  // Pulumi's SDK uses its globals after a file has ended.
  testEnvironmentOptions: { globalsCleanup: "off" },
  transform: {
    "^.+\\.(t|j)sx?$": [
      "@swc/jest",
      { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
    ],
  },
  // digest-fetch and p-queue (with its two helpers) are published as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(digest-fetch|p-queue|p-timeout|eventemitter3)/)"],
  moduleNameMapper: {
    "^pulumi-dli$": "<rootDir>/sdk/index.ts",
    "^pulumi-dli/client$": "<rootDir>/provider/client/public.ts",
    "^pulumi-dli/dynamic/v1$": "<rootDir>/provider/dynamic/provider.ts",
    "^pulumi-dli/simulator$": "<rootDir>/simulator/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/.cache/"],
};

module.exports = {
  ...base,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  globalSetup: "<rootDir>/test/engine/key-service.ts",
  testSequencer: "<rootDir>/test/longest-first.js",
  // Only a guard against hanging: a loaded machine is slow, and no test is about time.
  testTimeout: 60_000,
};
