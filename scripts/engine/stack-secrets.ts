/** The secrets in a stack's files, which Pulumi encrypts with AES-256-GCM. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** What Pulumi derives from the passphrase and salt in stack-files.ts: PBKDF2, SHA-256, a million times. */
export const KEY = Buffer.from("00c0b879696ee17c957c6fcb908f3c832b7985b7f7b02c26f899995fd0d94cf5", "hex");

const TAG_BYTES = 16;

/** Encrypts a text: the version, the nonce, then the ciphertext with its tag. */
export function encrypted(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", KEY, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

/** A state with every secret decrypted. */
export function decrypted(state: object): object {
  return JSON.parse(JSON.stringify(state), (_key, value) => {
    const { ciphertext, ...mark } = value ?? {};
    return typeof ciphertext === "string" ? { ...mark, plaintext: textOf(ciphertext) } : value;
  });
}

function textOf(secret: string): string {
  const [, nonce, sealed] = secret.split(":").map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer, Buffer];
  const decipher = createDecipheriv("aes-256-gcm", KEY, nonce);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
}
