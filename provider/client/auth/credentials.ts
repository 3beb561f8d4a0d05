/** What a client logs in with. Nothing outside this folder gets a password or a token to see. */
import { type Redactor, redact, redactEcho } from "../redact";

/** A user and his password. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** The options of a client that only this folder gets to see. */
export interface CredentialOptions {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly previousPassword?: string | undefined;
  readonly token?: string | undefined;
}

/** The accounts and the token of a client. They leave it as an `Authorization` header and in no other way. */
export class Credentials implements Redactor {
  /** The account in use, and the one to try when it is refused. */
  #accounts: readonly Account[];
  readonly #token: string | undefined;
  readonly #secrets: Set<string>;

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

  /** Has another password to try when the one in use is refused. */
  setAlternative(password: string): void {
    const { account } = this;
    if (account) {
      this.#accounts = [account, { ...account, password }];
      this.#secrets.add(password);
    }
  }

  /** The account in use is accepted: there is nothing else to try. */
  dropAlternative(): void {
    this.#accounts = this.#accounts.slice(0, 1);
  }

  /** The account in use is refused. */
  useAlternative(): void {
    this.#accounts = this.#accounts.slice(1);
  }

  redact(text: string): string {
    return redact(text, this.#secrets);
  }

  redactEcho(text: string, sent: Iterable<string>): string {
    return redactEcho(text, [...this.#secrets, ...sent]);
  }
}
