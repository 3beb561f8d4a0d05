/** Reads the serial number of a device, by which it is told from others. */
import { type DliClient, isNotFoundError, type Json } from "../client";
import type { Account } from "../runtime/account";
import { serialPath } from "../runtime/gate/device-identity";
import { proveLacking } from "../runtime/tree/read";

/** @throws DliError, also if the device does not find a number that it lists. */
export async function readSerial(client: DliClient, account: Account): Promise<Json> {
  await account.prove();
  try {
    return await client.observe(serialPath);
  } catch (error) {
    if (isNotFoundError(error) && (await account.seesAll(serialPath))) {
      await proveLacking(client, serialPath);
    }
    throw error;
  }
}
