import * as dli from "pulumi-dli";

const { outlets } = dli.getOutletsOutput();

/** Outlets that supply power although nobody has given them a name. */
export const unnamed = outlets.apply((all) =>
  all.filter(({ number, name, state }) => state && name === `Outlet ${number}`).map(({ number }) => number),
);
