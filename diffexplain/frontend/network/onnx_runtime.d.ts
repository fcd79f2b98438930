// What is used of onnxruntime-web, which a page brings along and a check of types does not need.

export type Numbers = Float32Array | Int32Array;

export declare class Tensor {
  constructor(type: "float32" | "int32", data: Numbers, dims: readonly number[]);
  readonly data: Numbers;
  readonly dims: readonly number[];
}

export interface Session {
  run(feeds: Record<string, Tensor>, fetches?: readonly string[]): Promise<Record<string, Tensor>>;
}

export declare const InferenceSession: {
  create(graph: Uint8Array, options: {
    executionProviders: readonly string[];
    graphOptimizationLevel: string;
    externalData: readonly { path: string; data: Uint8Array }[];
  }): Promise<Session>;
};
