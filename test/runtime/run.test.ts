import { Run } from "../../provider/runtime/run";

test("waits until the program has declared nothing for a moment", async () => {
  let now = 0;
  let later = 2;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
      if (later-- > 0) {
        run.declared();
      }
    },
  };
  const run = new Run(clock);
  await run.declarations();
  expect(now).toBe(0);
  run.declared();
  await run.declarations();
  expect(now).toBe(3 * 250);
});

test("protected outlets are those of their own device", () => {
  const run = new Run({ now: () => 0, sleep: async () => undefined });
  run.protectOutlet("lab", 2);
  expect(run.isProtected("lab", 2)).toBe(true);
  expect(run.isProtected("lab", 22)).toBe(false);
  expect(run.isProtected("default", 2)).toBe(false);
});
