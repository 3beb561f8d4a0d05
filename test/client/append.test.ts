/** How a device answers when it has appended an element: with its place, with the element itself, or with nothing. */
import { DliClient } from "../../provider/client";
import { manualClock, type SimulatorOptions, startSimulator } from "../../simulator";

const fred = { name: "fred", password: "freds password" };

async function on(dialects: SimulatorOptions["dialects"], work: (client: DliClient) => Promise<void>): Promise<void> {
  const device = await startSimulator({ clock: manualClock(), ...(dialects && { dialects }) });
  const client = new DliClient({ name: "rack", url: device.url, username: device.username, password: device.password });
  try {
    await work(client);
  } finally {
    await client.close();
    await device.close();
  }
}

test("the place of a new element is the path that Location names", () =>
  on({}, async (client) => {
    const { place, element } = await client.append("auth/users/", fred);
    expect([String(place), element]).toEqual(["auth/users/1/", undefined]);
    expect(await client.get(`${place}name/`)).toBe("fred");
  }));

test("a device may return the element instead", () =>
  on({ postAnswer: "201Body" }, async (client) => {
    const { place, element } = await client.append("auth/users/", fred);
    expect([place, element]).toMatchObject([undefined, { name: "fred" }]);
  }));

test.each(["200", "204"] as const)("a device that says nothing leaves both open: postAnswer=%s", (postAnswer) =>
  on({ postAnswer }, async (client) => {
    expect((await client.append("auth/users/", fred)).place).toBeUndefined();
  }),
);
