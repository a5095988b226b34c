/**
 * Images that the native library's convolutions are given at least: smaller batches are repeated. Each half of a batch
 * then has two or more. For a single image oneDNN takes another convolution (`gemm:jit`, seen with ONEDNN_VERBOSE=1), which
 * now and then writes beyond its buffer and ends the process (segmentation fault in `im2col_dt`, TensorFlow 2.21).
 */
export const MIN_NATIVE_IMAGES = 4;
