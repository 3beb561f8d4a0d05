/** Finds outlets that supply power although they still have their factory names. */
import * as dli from "pulumi-dli";

const { outlets } = dli.getOutletsOutput();

export const unnamed = outlets.apply((all) =>
  all.filter(({ number, name, state }) => state && name === `Outlet ${number}`).map(({ number }) => number),
);
