/** Matrix addresses: what they select, and how the failure of one element is shown. */
import { Person } from "./http";
import { startDevice } from "./start";

describe("matrix addresses", () => {
  test.each([
    ["relay/outlets/all;/state/", [true, true, false, true, true, true, true, true]],
    ["relay/outlets/=0,2/state/", [true, false]],
    ["relay/outlets/=0/state/", [true]],
    ["relay/outlets/all;locked=true/name/", ["Outlet 5"]],
    ["relay/outlets/state=false/name/", ["Outlet 3"]],
    ["relay/outlets/one;name=Outlet%202/critical/", [false]],
    ["relay/outlets/=1,2/=name,physical_state/", ["Outlet 2", true, "Outlet 3", true]],
    ["config/=version/", ["1.12.14.0"]],
    ["config/=ssh_port,hostname/", [22, "power"]],
    ["auth/users/name=admin/is_admin/", [true]],
    ["auth/users/is_admin=true/name/", ["admin"]],
  ])("a GET of %s returns the selected elements", async (path, expected) => {
    const device = await startDevice();
    Object.assign(device.tree.relay.outlets[2] ?? {}, { state: false });
    Object.assign(device.tree.relay.outlets[4] ?? {}, { locked: true });
    const answer = await new Person(device).send("GET", path);
    expect([answer.status, answer.json]).toEqual([207, expected]);
  });

  test("a matrix response has one Link per element, in the order of the values", async () => {
    const device = await startDevice();
    const { headers } = await new Person(device).send("GET", "relay/outlets/=4,0/state/");
    expect(headers.link).toBe(
      "</restapi/relay/outlets/4/state/>; rel=item, </restapi/relay/outlets/0/state/>; rel=item",
    );
  });

  test("a PUT reaches every element and returns an empty response for each", async () => {
    const device = await startDevice();
    const { status, json } = await new Person(device).send("PUT", "relay/outlets/=0,4/state/", {
      form: { value: "false" },
    });
    expect([status, json]).toEqual([207, [null, null]]);
    const off = device.tree.relay.outlets.flatMap((outlet, index) => (outlet.state ? [] : [index]));
    expect(off).toEqual([0, 4]);
  });

  test("percent-encoded delimiters are plain text", async () => {
    const device = await startDevice();
    expect((await new Person(device).send("GET", "relay/outlets/%3D0/state/")).status).toBe(404);
  });

  test("a selection that matches nothing is handled as unknownMatrixMatch says", async () => {
    const strict = await startDevice();
    expect((await new Person(strict).send("GET", "auth/users/name=nobody/")).status).toBe(404);
    const lenient = await startDevice({ dialects: { unknownMatrixMatch: "207empty" } });
    const answer = await new Person(lenient).send("GET", "auth/users/name=nobody/");
    expect([answer.status, answer.json]).toEqual([207, []]);
  });

  test("the selection one; refuses several matches", async () => {
    const device = await startDevice();
    expect((await new Person(device).send("GET", "relay/outlets/one;state=true/name/")).status).toBe(409);
  });

  test.each([
    ["nullElement", 207, [null, null], true],
    ["errorObject", 207, [null, { error: { code: 409, message: "Outlet 2 is locked" } }], true],
  ] as const)(
    "one locked outlet fails as matrixPartialFailure=%s says, and the others are switched",
    async (matrixPartialFailure, status, list, isDone) => {
      const device = await startDevice({ dialects: { matrixPartialFailure } });
      Object.assign(device.tree.relay.outlets[1] ?? {}, { locked: true });
      const answer = await new Person(device).send("PUT", "relay/outlets/=0,1/state/", { json: false });
      expect([answer.status, answer.json]).toEqual([status, list]);
      expect(device.tree.relay.outlets.slice(0, 2).map((outlet) => outlet.state)).toEqual([!isDone, true]);
    },
  );

  test("matrixPartialFailure=whole refuses everything because of one locked outlet", async () => {
    const device = await startDevice({ dialects: { matrixPartialFailure: "whole" } });
    Object.assign(device.tree.relay.outlets[1] ?? {}, { locked: true });
    expect((await new Person(device).send("PUT", "relay/outlets/=0,1/state/", { json: false })).status).toBe(409);
    expect(device.tree.relay.outlets[0]?.state).toBe(true);
  });

  test("a DELETE of several array elements removes the right ones", async () => {
    const device = await startDevice();
    device.tree.config.ntp_peers = ["a", "b", "c", "d"];
    expect((await new Person(device).send("DELETE", "config/ntp_peers/=0,2/")).status).toBe(207);
    expect(device.tree.config.ntp_peers).toEqual(["b", "d"]);
  });

  test("passwords cannot be searched for", async () => {
    const device = await startDevice();
    expect((await new Person(device).send("GET", "auth/users/password=1234/name/")).status).toBe(404);
  });
});
