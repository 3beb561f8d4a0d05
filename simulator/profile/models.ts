/** The models of power controllers that can be simulated. */

/** One kind of power controller. */
export interface Model {
  /** What `relay/model` reads. */
  readonly name: string;
  readonly outletCount: number;
  /** Number of metered buses; 0 on devices without them. */
  readonly busCount: number;
  /** What a metered bus carries, in volts. */
  readonly busVoltage: number;
  /** Whether the device measures its supply as a whole, without a bus. */
  readonly measuresSupply: boolean;
  /** The full scale of each ADC input, in volts. */
  readonly adcFullScales: readonly number[];
  /** Whether the device measures temperature and humidity. */
  readonly hasSensors: boolean;
  /** Whether outlets may be switched on without a delay between them. */
  readonly allowsNoSequenceDelay: boolean;
  /** What `config/brand_name` reads. */
  readonly brandName: string;
  /** What `config/hardware_id` reads [inferred]. */
  readonly hardwareId: string;
}

const plain = {
  outletCount: 8,
  busCount: 0,
  busVoltage: 120.5,
  measuresSupply: false,
  adcFullScales: [],
  hasSensors: false,
  allowsNoSequenceDelay: false,
} as const;

/**
 * The available models. Names, outlet counts, buses, inputs and the sequence delay: device.md section 0.4; brand names
 * except that of LPC9, and the 24 V of EPCDC32, are inferred. How many outlets an ISO32 has is an open question
 * (device.md section 12.5). V222-16 is a device with 16 outlets, a size that the vendor sells; its name is inferred.
 */
export const models = {
  LPC9: { ...plain, name: "LPC9", measuresSupply: true, brandName: "Web Power Switch", hardwareId: "LPC9" },
  DIN4: {
    ...plain,
    name: "DIN4",
    adcFullScales: [100, 10],
    allowsNoSequenceDelay: true,
    brandName: "DIN Relay",
    hardwareId: "DIN4",
  },
  EPCR6: {
    ...plain,
    name: "EPCR6",
    busCount: 2,
    hasSensors: true,
    brandName: "Ethernet Power Controller",
    hardwareId: "EPCR6",
  },
  EPCDC32: {
    ...plain,
    name: "EPCDC32",
    outletCount: 32,
    busCount: 2,
    busVoltage: 24,
    brandName: "DC Smart Switch",
    hardwareId: "EPCDC32",
  },
  "V222-16": {
    ...plain,
    name: "V222-16",
    outletCount: 16,
    busCount: 2,
    hasSensors: true,
    brandName: "Ethernet Power Controller",
    hardwareId: "V222",
  },
  ISO32: {
    ...plain,
    name: "ISO32",
    outletCount: 32,
    measuresSupply: true,
    brandName: "ISO Relay",
    hardwareId: "ISO32",
  },
} as const satisfies Record<string, Model>;

/** The name of a model. */
export type ModelName = keyof typeof models;

/** The serial number, which names the device in `config/serial` and in the digest realm. */
export function serialNumber(model: Model): string {
  return `${model.name}-000001`;
}
