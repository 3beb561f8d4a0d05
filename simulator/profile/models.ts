/** One kind of power controller. */
export interface Model {
  /** What `relay/model` reads. */
  readonly name: string;
  readonly outletCount: number;
  /** Number of metered buses; 0 on devices without meters. */
  readonly busCount: number;
  /** Whether the device measures temperature and humidity. */
  readonly hasSensors: boolean;
  /** What `config/brand_name` reads. */
  readonly brandName: string;
  /** What `config/hardware_id` reads [inferred]. */
  readonly hardwareId: string;
}

/**
 * The models on offer. Outlet counts and model names: device.md 3.1; which have meters: device.md 3.7 and the
 * vendor's examples (EPCR). V222-16 stands for a device of 16 outlets, a size the vendor sells; its name is inferred.
 */
export const models = {
  LPC9: {
    name: "LPC9",
    outletCount: 8,
    busCount: 0,
    hasSensors: false,
    brandName: "Web Power Switch",
    hardwareId: "LPC9",
  },
  DIN4: { name: "DIN4", outletCount: 8, busCount: 1, hasSensors: false, brandName: "DIN Relay", hardwareId: "DIN4" },
  EPCR6: {
    name: "EPCR6",
    outletCount: 8,
    busCount: 2,
    hasSensors: true,
    brandName: "Ethernet Power Controller",
    hardwareId: "EPCR6",
  },
  "V222-16": {
    name: "V222-16",
    outletCount: 16,
    busCount: 2,
    hasSensors: true,
    brandName: "Ethernet Power Controller",
    hardwareId: "V222",
  },
  ISO32: {
    name: "ISO32",
    outletCount: 32,
    busCount: 0,
    hasSensors: false,
    brandName: "ISO Relay",
    hardwareId: "ISO32",
  },
} as const satisfies Record<string, Model>;

/** The name of a model. */
export type ModelName = keyof typeof models;
