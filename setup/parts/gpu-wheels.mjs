/**
 * The Python packages that contain TensorFlow for graphics cards, and the CUDA 12 and cuDNN 9 that it needs: those that
 * `tensorflow[and-cuda]` names, without NVIDIA's compiler, which only programs that compile at run time need.
 *
 * @typedef {object} Wheel
 * @property {string} name
 * @property {string} version
 * @property {string} sha256
 * @property {number} megabytes
 * @property {string[]} [libraries]  libraries in it that TensorFlow looks for by name only, so they are loaded first
 */

/** @type {Wheel[]} */
export const gpuWheels = [
  {
    name: 'tensorflow',
    version: '2.21.0',
    sha256: 'e9d8da8dcab9650efb45f032ba70af2f016f907e6e0c6bda29dd101bba945406',
    megabytes: 573,
  },
  {
    name: 'nvidia-cuda-runtime-cu12',
    version: '12.8.90',
    sha256: 'adade8dcbd0edf427b7204d480d6066d33902cab2a4707dcfc48a2d0fd44ab90',
    megabytes: 1,
    libraries: ['libcudart.so.12'],
  },
  {
    name: 'nvidia-nvjitlink-cu12',
    version: '12.8.93',
    sha256: '81ff63371a7ebd6e6451970684f916be2eab07321b73c9d244dc2b4da7f73b88',
    megabytes: 39,
    libraries: ['libnvJitLink.so.12'],
  },
  {
    name: 'nvidia-cuda-nvrtc-cu12',
    version: '12.8.93',
    sha256: 'a7756528852ef889772a84c6cd89d41dfa74667e24cca16bb31f8f061e3e9994',
    megabytes: 88,
    libraries: ['libnvrtc.so.12'],
  },
  {
    name: 'nvidia-cublas-cu12',
    version: '12.8.4.1',
    sha256: '8ac4e771d5a348c551b2a426eda6193c19aa630236b418086020df5ba9667142',
    megabytes: 594,
    libraries: ['libcublasLt.so.12', 'libcublas.so.12'],
  },
  {
    name: 'nvidia-cufft-cu12',
    version: '11.3.3.83',
    sha256: '4d2dd21ec0b88cf61b62e6b43564355e5222e4a3fb394cac0db101f2dd0d4f74',
    megabytes: 193,
    libraries: ['libcufft.so.11'],
  },
  {
    name: 'nvidia-curand-cu12',
    version: '10.3.9.90',
    sha256: 'b32331d4f4df5d6eefa0554c565b626c7216f87a06a4f56fab27c3b68a830ec9',
    megabytes: 64,
    libraries: ['libcurand.so.10'],
  },
  {
    name: 'nvidia-cusparse-cu12',
    version: '12.5.8.93',
    sha256: '1ec05d76bbbd8b61b06a80e1eaf8cf4959c3d4ce8e711b65ebd0443bb0ebb13b',
    megabytes: 288,
    libraries: ['libcusparse.so.12'],
  },
  {
    name: 'nvidia-cusolver-cu12',
    version: '11.7.3.90',
    sha256: '4376c11ad263152bd50ea295c05370360776f8c3427b30991df774f9fb26c450',
    megabytes: 268,
    libraries: ['libcusolver.so.11'],
  },
  {
    name: 'nvidia-nccl-cu12',
    version: '2.28.9',
    sha256: '485776daa8447da5da39681af455aa3b2c2586ddcf4af8772495e7c532c7e5ab',
    megabytes: 297,
    libraries: ['libnccl.so.2'],
  },
  {
    name: 'nvidia-cuda-cupti-cu12',
    version: '12.8.90',
    sha256: 'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
    megabytes: 10,
    libraries: ['libcupti.so.12'],
  },
  {
    name: 'nvidia-cudnn-cu12',
    version: '9.10.2.21',
    sha256: '949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8',
    megabytes: 707,
    libraries: ['libcudnn.so.9'],
  },
];

/** The oldest driver that runs CUDA 12. */
export const oldestDriver = '525.60.13';

/** The free space that the installation needs; afterwards, two thirds of it stay in use. */
export const gigabytesNeeded = 10;
