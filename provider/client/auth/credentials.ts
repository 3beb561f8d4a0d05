/** What a client logs in with. Passwords and tokens are kept inside this folder. */
import { type Redactor, redact, redactEcho } from "../redact";

/** A user and their password. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** The client options that hold its login. */
export interface CredentialOptions {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly previousPassword?: string | undefined;
  readonly token?: string | undefined;
}

/** How many sent texts are remembered. */
const mostRemembered = 500;

/** The accounts and the token of a client, which it also takes out of texts. */
export class Credentials implements Redactor {
  /** The account in use, and the one to try when it is refused. */
  #accounts: readonly Account[];
  readonly #token: string | undefined;
  readonly #secrets: Set<string>;
  /** The texts sent most recently: a device may repeat them in its response to any later request. */
  readonly #sent = new Set<string>();

  constructor({ username, password, previousPassword, token }: CredentialOptions) {
    const passwords = [password, previousPassword].filter((text) => text !== undefined);
    this.#accounts = username === undefined ? [] : passwords.map((text) => ({ username, password: text }));
    this.#token = token;
    this.#secrets = new Set([...passwords, ...(token === undefined ? [] : [token])]);
  }

  /** The account in use. */
  get account(): Account | undefined {
    return this.#accounts[0];
  }

  /** The account to try when the one in use is refused. */
  get alternative(): Account | undefined {
    return this.#accounts[1];
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Logs in with this account only. */
  use(account: Account): void {
    this.#accounts = [account];
    this.#secrets.add(account.password);
  }

  /** Sets another password to try when the one in use is refused. */
  setAlternative(password: string): void {
    const { account } = this;
    if (account) {
      this.#accounts = [account, { ...account, password }];
      this.#secrets.add(password);
    }
  }

  /** Forgets the alternative, because the account in use was accepted. */
  dropAlternative(): void {
    this.#accounts = this.#accounts.slice(0, 1);
  }

  /** Moves on to the alternative, because the account in use was refused. */
  useAlternative(): void {
    this.#accounts = this.#accounts.slice(1);
  }

  redact(text: string): string {
    return redact(text, this.#secrets);
  }

  remember(sent: Iterable<string>): void {
    for (const text of sent) {
      this.#sent.delete(text);
      this.#sent.add(text);
    }
    for (const oldest of this.#sent) {
      if (this.#sent.size <= mostRemembered) {
        break;
      }
      this.#sent.delete(oldest);
    }
  }

  redactEcho(text: string, sent: Iterable<string>): string {
    return redactEcho(text, [...new Set([...this.#secrets, ...sent, ...this.#sent])]);
  }
}
