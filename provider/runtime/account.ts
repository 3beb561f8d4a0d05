/** The account or token that this provider logs in to a device with. */
import {
  type DliClient,
  type DliError,
  devicePath,
  isForbiddenError,
  isJsonObject,
  isNotFoundError,
  isRestDisabledError,
  type Json,
  memberOf,
  type PathLike,
} from "../client";
import type { Identity } from "./denials";
import type { ReadPath } from "./tree/read";

/** The administrator's account on a device where it has never been renamed. */
export const factoryAdmin = "admin";

/** The password that every device ships with. */
export const factoryPassword = "1234";

/** The parts of the client that concern logins; none of them writes. */
type Logins = Pick<DliClient, "observe" | "offerPassword" | "isLoggedInWith" | "verifyLogin" | "requestCount">;

export class Account {
  readonly #client: Logins;
  /** Whether the device has refused to show our token its scopes, as it would do again. */
  #areScopesHidden = false;
  readonly #observe: ReadPath = (path) => this.#client.observe(path);

  constructor(
    client: Logins,
    readonly identity: Identity,
  ) {
    this.#client = client;
  }

  /** The account's name; `undefined` for a token. */
  get username(): string | undefined {
    return "user" in this.identity ? this.identity.user : undefined;
  }

  /** The name of the client whose token we use; `undefined` for an account. */
  get tokenClient(): string | undefined {
    return "client" in this.identity ? this.identity.client : undefined;
  }

  /** Whether this is the administrator's account under its factory name. */
  get isFactoryAdmin(): boolean {
    return this.username === factoryAdmin;
  }

  /** Whether we log in with the factory password. */
  get hasFactoryPassword(): boolean {
    return this.username !== undefined && this.isLoggedInWith(factoryPassword);
  }

  /** See `DliClient.offerPassword`. */
  offerPassword(password: string, options?: { beforePrevious?: boolean }): Promise<void> {
    return this.#client.offerPassword(password, options);
  }

  /** Whether this is the password of the last login that the device accepted. */
  isLoggedInWith(password: string): boolean {
    return this.#client.isLoggedInWith(password);
  }

  /** Logs in once as another user; true when the device accepts the password. */
  verifyLogin(username: string, password: string): Promise<boolean> {
    return this.#client.verifyLogin(username, password);
  }

  /**
   * Makes sure that the device accepts our login. A device may answer 401 to a request that the login has no right to,
   * which on the first request looks like a wrong password or token; so logins other than the factory administrator
   * first read `cred/`, which every user may read.
   */
  async prove(): Promise<void> {
    if (this.isFactoryAdmin || this.#client.requestCount > 0) {
      return;
    }
    await this.#client.observe("cred/").catch((error: unknown) => {
      const isAnswered = isForbiddenError(error) || isNotFoundError(error) || isRestDisabledError(error);
      if (!isAnswered) {
        throw error;
      }
    });
  }

  /**
   * Whether we are the administrator, or a token that is shown everything at the path of `error`; `undefined` if the
   * device does not say, or if `error` does not depend on it.
   */
  async hadAllRights(error: DliError): Promise<boolean | undefined> {
    if (this.username === undefined) {
      const isUnseen = isNotFoundError(error) && error.method === "GET" && error.path !== undefined;
      return isUnseen && (await this.seesAll(error.path ?? ""));
    }
    // The factory administrator sees everything, so what it does not find is not there.
    const isHidden = isNotFoundError(error) && !this.isFactoryAdmin;
    if (!isForbiddenError(error) && !isHidden) {
      return undefined;
    }
    return this.#isAdminByCred();
  }

  /** Whether we are the administrator, from whom nothing is hidden; `undefined` if the device does not say. */
  async isAdmin(): Promise<boolean | undefined> {
    return this.isFactoryAdmin || (this.username !== undefined && (await this.#isAdminByCred()));
  }

  /**
   * Whether this login is shown everything at and below a path. Unless it is the factory administrator, the device
   * itself must say so: in `cred/`, or in the token's scopes if the token may read them.
   * @param read Default: shares earlier reads, which is not possible in a session.
   */
  async seesAll(path: PathLike, read: ReadPath = this.#observe): Promise<boolean> {
    if (this.isFactoryAdmin) {
      return true;
    }
    if (this.tokenClient === undefined) {
      return (await this.#isAdminByCred(read)) === true;
    }
    const scopes = await this.#scopesOf(this.tokenClient, read);
    const allowed = isJsonObject(scopes) ? Object.keys(scopes).filter((scope) => scopes[scope] === true) : [];
    return allowed.some((scope) => isReadable(scope, path));
  }

  async #scopesOf(client: string, read: ReadPath): Promise<Json | undefined> {
    if (this.#areScopesHidden) {
      return undefined;
    }
    try {
      return await read(String(devicePath("auth", "clients", client, "scopes")));
    } catch (error) {
      this.#areScopesHidden = isForbiddenError(error) || isNotFoundError(error);
      return undefined;
    }
  }

  async #isAdminByCred(read: ReadPath = this.#observe): Promise<boolean | undefined> {
    const cred = await read("cred/").catch(() => undefined);
    const isAdmin = memberOf(cred, "is_admin");
    return typeof isAdmin === "boolean" ? isAdmin : undefined;
  }
}

/** Whether a scope lets its token read all of a path; a scope with a selection may leave something out. */
function isReadable(scope: string, path: PathLike): boolean {
  const [place = "", query] = scope.split("?");
  const accesses = query === undefined ? ["get"] : (/^access=(.*)$/.exec(query)?.[1]?.split(",") ?? []);
  const isPlain = place.startsWith("/") && place.endsWith("/") && !/[;=]/.test(place);
  return isPlain && accesses.includes("get") && `/${path}`.startsWith(place);
}
