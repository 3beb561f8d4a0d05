/** Each message in docs/messages.md is the one that the mistake leads to. */
import { manualClock, startSimulator } from "../../simulator";
import { read } from "../repository";
import { messageOf, mistakes } from "./mistakes";

/** Five lines of a terminal with 100 columns. */
const longest = 5 * 100;

/** A section of docs/messages.md. */
interface Section {
  readonly heading: string;
  readonly message: string | undefined;
  readonly text: string;
}

function sections(): Section[] {
  const [, ...parts] = read("docs/messages.md").split(/^### /m);
  return parts.map((part) => {
    const [heading = ""] = part.split("\n");
    return { heading, message: /^```text\n([\s\S]*?)\n```$/m.exec(part)?.[1], text: part };
  });
}

test("the page has a section for each mistake, in the same order, with its cause and its cure", () => {
  const page = sections();
  expect(page.map(({ heading }) => heading)).toEqual(Object.keys(mistakes));
  expect(page.filter(({ text }) => !/^Cause: .+/m.test(text) || !/^Cure: .+/m.test(text))).toEqual([]);
});

test.each(Object.entries(mistakes))("%s", async (heading, mistake) => {
  const device = await startSimulator({ clock: manualClock() });
  try {
    const message = await messageOf(mistake, device);
    expect(message).toBe(sections().find((section) => section.heading === heading)?.message);
    expect(message).not.toMatch(/\n/);
    expect(message.length).toBeLessThanOrEqual(longest);
  } finally {
    await device.close();
  }
});
