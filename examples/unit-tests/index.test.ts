/**
 * Tests of the program in index.ts, with Pulumi's mocks in the engine's place: no device and no engine is needed. Run them
 * with `node --import tsx --test index.test.ts`, or with any other runner.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import * as dli from "pulumi-dli";

/** What the program has declared. */
const declared: pulumi.runtime.MockResourceArgs[] = [];
let program: typeof import("./index.js");

before(async () => {
  await pulumi.runtime.setMocks({
    newResource(resource) {
      declared.push(resource);
      return { id: `${resource.name}-id`, state: resource.inputs };
    },
    call: ({ token }) => (token === "dli:index:getDevice" ? { name: "Rack 7" } : {}),
  });
  pulumi.runtime.setConfig("project:fredPassword", "only for tests");
  program = await import("./index.js");
});

/** The value of an output. */
function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

test("the router is protected, and nobody but the admin may switch it", async () => {
  assert.equal(await resolved(program.router.protectFromOff), true);
  const number = await resolved(program.router.number);
  const access = await resolved(program.fred.outletAccess);
  assert.ok(Array.isArray(access) && !access.includes(number));
});

test("every outlet that the program declares is on", async () => {
  await resolved(pulumi.all([program.router.urn, program.web.urn]));
  const outlets = declared.filter(({ type }) => dli.Outlet.isInstance({ __pulumiType: type }));
  assert.equal(outlets.length, 2);
  assert.ok(outlets.every(({ inputs }) => inputs["state"] === true));
});

test("a password is a secret, and what a function returns comes from the mocks", async () => {
  assert.equal(await pulumi.isSecret(program.fred.password), true);
  assert.equal(await resolved(program.about), "Rack 7: router on outlet 1");
});
