/** What `dli` asks for at a terminal: never an empty secret, and a new one twice. */
import { PassThrough } from "node:stream";
import { askNewSecret, askSecret } from "../../cli/terminal";
import { until } from "../until";

/** A terminal at which somebody types each of these answers once the text before it is shown. */
function terminalWith(...answers: readonly (readonly [text: string, answer: string])[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = Object.assign(new PassThrough(), { isTTY: true });
  // A terminal does not end with a question.
  output.end = () => output;
  let shown = "";
  output.on("data", (piece) => {
    shown += String(piece);
  });
  const typed = (async () => {
    for (const [text, answer] of answers) {
      await until(() => shown.includes(text));
      shown = "";
      input.write(`${answer}\r`);
    }
  })();
  return { terminal: { input, output }, typed };
}

test("an empty answer is none, and the question stays", async () => {
  const { terminal, typed } = terminalWith(["Password:", ""], ["It is empty. Set DLI_PASSWORD.", "s3cret"]);
  expect(await askSecret("Password", "Set DLI_PASSWORD.", terminal)).toBe("s3cret");
  await typed;
});

test("a new secret is typed twice, until both are the same", async () => {
  const { terminal, typed } = terminalWith(
    ["Passphrase:", "one"],
    ["The same again:", "other"],
    ["Passphrase:", "right"],
    ["The same again:", "right"],
  );
  expect(await askNewSecret("Passphrase", "Set PULUMI_CONFIG_PASSPHRASE.", terminal)).toBe("right");
  await typed;
});

test("where nobody can be asked, the other way is named", async () => {
  const { terminal } = terminalWith();
  const deaf = { ...terminal, input: Object.assign(new PassThrough(), { isTTY: false }) };
  await expect(askSecret("Password", "Set DLI_PASSWORD.", deaf)).rejects.toThrow(
    "Password is needed, and nobody can be asked here. Set DLI_PASSWORD.",
  );
});
