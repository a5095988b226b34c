/**
 * The fewest images given to the native library's convolutions; smaller batches are repeated. Each half of a batch then
 * has at least two. For a single image oneDNN picks another convolution (`gemm:jit`, seen with ONEDNN_VERBOSE=1) that
 * occasionally writes past its buffer and crashes the process (segmentation fault in `im2col_dt`, TensorFlow 2.21).
 */
export const MIN_NATIVE_IMAGES = 4;
