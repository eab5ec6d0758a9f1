/*
 * Stands in for libcudart and libcudnn where there is no GPU: the functions that NativeCudnn calls, with CUDA's names and
 * signatures, on the host's memory. Each checks what it is given (handle, kinds and sizes of descriptors, scalars, workspace) and
 * answers CUDNN_STATUS_BAD_PARAM if that is not as it must be. Version 8999 tells it from a real one.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, BAD_PARAM = 3, EXECUTION_FAILED = 8, NOT_SUPPORTED = 9 };
enum { OUT_OF_MEMORY = 2 };
enum { NCHW = 0, FLOAT = 0, CROSS_CORRELATION = 1, FMA_MATH = 3 };
enum { FORWARD_GEMM = 0, FORWARD_PRECOMP_GEMM = 1, FORWARD_FFT = 4, FORWARD_WINOGRAD = 6, FORWARD_NONFUSED = 7 };
enum { BACKWARD_1 = 1 };
enum { FORWARD_BYTES = 1000, DATA_BYTES = 2000, FILTER_BYTES = 500, MOST_BYTES = 1 << 20 };

typedef struct { int kind, sizes[4]; } Array;
typedef struct { int kind, padding[2], stride[2], dilation[2], math; } Convolution;
typedef struct { int magic; } Handle;
enum { TENSOR = 101, FILTER = 102, CONVOLUTION = 103, HANDLE = 104 };

static int descriptors, blocks;

__attribute__((destructor)) static void report(void) {
    printf("left: %d descriptors, %d blocks\n", descriptors, blocks);
    fflush(stdout);
}

/* CUDA's runtime */

int cudaSetDevice(int device) { return device == 0 ? SUCCESS : OUT_OF_MEMORY; }

int cudaMalloc(void **block, size_t bytes) {
    if (bytes > MOST_BYTES) {
        return OUT_OF_MEMORY;
    }
    *block = malloc(bytes);
    blocks++;
    return SUCCESS;
}

int cudaFree(void *block) {
    blocks -= block != NULL;
    free(block);
    return SUCCESS;
}

int cudaDeviceSynchronize(void) { return SUCCESS; }

int cudaGetLastError(void) { return OUT_OF_MEMORY; }

const char *cudaGetErrorString(int error) { return error == OUT_OF_MEMORY ? "out of memory" : "unknown error"; }

/* cuDNN: handle and descriptors */

size_t cudnnGetVersion(void) { return 8999; }

const char *cudnnGetErrorString(int status) {
    return status == BAD_PARAM ? "CUDNN_STATUS_BAD_PARAM" : "CUDNN_STATUS_EXECUTION_FAILED";
}

int cudnnCreate(Handle **handle) {
    *handle = malloc(sizeof(Handle));
    (*handle)->magic = HANDLE;
    return SUCCESS;
}

static int create(void **descriptor, size_t bytes, int kind) {
    *descriptor = calloc(1, bytes);
    *(int *) *descriptor = kind;
    descriptors++;
    return SUCCESS;
}

static int destroy(void *descriptor, int kind) {
    if (*(int *) descriptor != kind) {
        return BAD_PARAM;
    }
    descriptors--;
    free(descriptor);
    return SUCCESS;
}

static int size(Array *array, int kind, int format, int type, int a, int b, int c, int d) {
    int sizes[] = {a, b, c, d};
    memcpy(array->sizes, sizes, sizeof sizes);
    return array->kind == kind && format == NCHW && type == FLOAT ? SUCCESS : BAD_PARAM;
}

int cudnnCreateTensorDescriptor(Array **tensor) { return create((void **) tensor, sizeof **tensor, TENSOR); }

int cudnnDestroyTensorDescriptor(Array *tensor) { return destroy(tensor, TENSOR); }

int cudnnSetTensor4dDescriptor(Array *tensor, int format, int type, int n, int c, int h, int w) {
    return size(tensor, TENSOR, format, type, n, c, h, w);
}

int cudnnCreateFilterDescriptor(Array **filter) { return create((void **) filter, sizeof **filter, FILTER); }

int cudnnDestroyFilterDescriptor(Array *filter) { return destroy(filter, FILTER); }

int cudnnSetFilter4dDescriptor(Array *filter, int type, int format, int k, int c, int h, int w) {
    return size(filter, FILTER, format, type, k, c, h, w);
}

int cudnnCreateConvolutionDescriptor(Convolution **convolution) {
    return create((void **) convolution, sizeof **convolution, CONVOLUTION);
}

int cudnnDestroyConvolutionDescriptor(Convolution *convolution) { return destroy(convolution, CONVOLUTION); }

int cudnnSetConvolution2dDescriptor(Convolution *convolution, int padH, int padW, int u, int v, int dilationH,
                                    int dilationW, int mode, int type) {
    Convolution set = {CONVOLUTION, {padH, padW}, {u, v}, {dilationH, dilationW}, 0};
    if (convolution->kind != CONVOLUTION || mode != CROSS_CORRELATION || type != FLOAT) {
        return BAD_PARAM;
    }
    *convolution = set;
    return SUCCESS;
}

int cudnnSetConvolutionMathType(Convolution *convolution, int math) {
    convolution->math = math;
    return convolution->kind == CONVOLUTION ? SUCCESS : BAD_PARAM;
}

/* cuDNN: computation */

static int fit(Handle *handle, Array *x, Array *w, Convolution *c, Array *y) {
    if (handle->magic != HANDLE || x->kind != TENSOR || w->kind != FILTER || c->kind != CONVOLUTION || y->kind != TENSOR
        || c->math != FMA_MATH || x->sizes[1] != w->sizes[1] || y->sizes[0] != x->sizes[0]
        || y->sizes[1] != w->sizes[0]) {
        return 0;
    }
    for (int side = 0; side < 2; side++) {
        int extent = (w->sizes[2 + side] - 1) * c->dilation[side] + 1;
        if (y->sizes[2 + side] != 1 + (x->sizes[2 + side] + 2 * c->padding[side] - extent) / c->stride[side]) {
            return 0;
        }
    }
    return 1;
}

static int blend(const float *alpha, const float *beta, float before) { return *alpha == 1 && *beta == before; }

static size_t length(const Array *array) {
    return (size_t) array->sizes[0] * array->sizes[1] * array->sizes[2] * array->sizes[3];
}

/* Adds the product of two of the arrays to the third, target, for every pair of a window and a place in it. */
static int compute(Array *X, Array *W, Convolution *c, Array *Y, const float *x, const float *w, const float *y,
                   float *target, const void *workspace, size_t bytes, size_t wanted) {
    if (bytes != wanted || (bytes > 0 && workspace == NULL)) {
        return BAD_PARAM;
    }
    memset((void *) workspace, 1, bytes);
    Array *shape = target == x ? X : target == w ? W : Y;
    double *sums = calloc(length(shape), sizeof(double));
    for (int n = 0; n < X->sizes[0]; n++)
    for (int k = 0; k < W->sizes[0]; k++)
    for (int i = 0; i < Y->sizes[2]; i++)
    for (int j = 0; j < Y->sizes[3]; j++)
    for (int channel = 0; channel < X->sizes[1]; channel++)
    for (int a = 0; a < W->sizes[2]; a++)
    for (int b = 0; b < W->sizes[3]; b++) {
        int row = i * c->stride[0] - c->padding[0] + a * c->dilation[0];
        int column = j * c->stride[1] - c->padding[1] + b * c->dilation[1];
        if (row >= 0 && column >= 0 && row < X->sizes[2] && column < X->sizes[3]) {
            size_t atX = (((size_t) n * X->sizes[1] + channel) * X->sizes[2] + row) * X->sizes[3] + column;
            size_t atW = (((size_t) k * W->sizes[1] + channel) * W->sizes[2] + a) * W->sizes[3] + b;
            size_t atY = (((size_t) n * Y->sizes[1] + k) * Y->sizes[2] + i) * Y->sizes[3] + j;
            if (target == x) {
                sums[atX] += (double) y[atY] * w[atW];
            } else if (target == w) {
                sums[atW] += (double) y[atY] * x[atX];
            } else {
                sums[atY] += (double) x[atX] * w[atW];
            }
        }
    }
    for (size_t at = 0; at < length(shape); at++) {
        target[at] = (float) sums[at];
    }
    free(sums);
    return SUCCESS;
}

int cudnnGetConvolutionForwardWorkspaceSize(Handle *handle, Array *X, Array *W, Convolution *c, Array *Y, int algorithm,
                                            size_t *bytes) {
    if (!fit(handle, X, W, c, Y)) {
        return BAD_PARAM;
    }
    *bytes = algorithm == FORWARD_PRECOMP_GEMM ? FORWARD_BYTES : 0;
    return algorithm == FORWARD_NONFUSED ? NOT_SUPPORTED : SUCCESS;
}

int cudnnGetConvolutionBackwardDataWorkspaceSize(Handle *handle, Array *W, Array *Y, Convolution *c, Array *X,
                                                 int algorithm, size_t *bytes) {
    *bytes = DATA_BYTES;
    return fit(handle, X, W, c, Y) && algorithm == BACKWARD_1 ? SUCCESS : BAD_PARAM;
}

int cudnnGetConvolutionBackwardFilterWorkspaceSize(Handle *handle, Array *X, Array *Y, Convolution *c, Array *W,
                                                   int algorithm, size_t *bytes) {
    *bytes = FILTER_BYTES;
    return fit(handle, X, W, c, Y) && algorithm == BACKWARD_1 ? SUCCESS : BAD_PARAM;
}

int cudnnConvolutionForward(Handle *handle, const float *alpha, Array *X, const float *x, Array *W, const float *w,
                            Convolution *c, int algorithm, void *workspace, size_t bytes, const float *beta, Array *Y,
                            float *y) {
    if (!fit(handle, X, W, c, Y) || !blend(alpha, beta, 0)) {
        return BAD_PARAM;
    }
    if (algorithm == FORWARD_WINOGRAD) {
        return EXECUTION_FAILED;
    }
    size_t wanted = algorithm == FORWARD_PRECOMP_GEMM ? FORWARD_BYTES : 0;
    return compute(X, W, c, Y, x, w, y, y, workspace, bytes, wanted);
}

int cudnnConvolutionBackwardData(Handle *handle, const float *alpha, Array *W, const float *w, Array *Y, const float *y,
                                 Convolution *c, int algorithm, void *workspace, size_t bytes, const float *beta,
                                 Array *X, float *x) {
    if (!fit(handle, X, W, c, Y) || !blend(alpha, beta, 0) || algorithm != BACKWARD_1) {
        return BAD_PARAM;
    }
    return compute(X, W, c, Y, x, w, y, x, workspace, bytes, DATA_BYTES);
}

int cudnnConvolutionBackwardFilter(Handle *handle, const float *alpha, Array *X, const float *x, Array *Y,
                                   const float *y, Convolution *c, int algorithm, void *workspace, size_t bytes,
                                   const float *beta, Array *W, float *w) {
    if (!fit(handle, X, W, c, Y) || !blend(alpha, beta, 0) || algorithm != BACKWARD_1) {
        return BAD_PARAM;
    }
    return compute(X, W, c, Y, x, w, y, w, workspace, bytes, FILTER_BYTES);
}

static int isBias(Handle *handle, Array *bias, Array *Y) {
    return handle->magic == HANDLE && bias->kind == TENSOR && Y->kind == TENSOR && bias->sizes[0] == 1
        && bias->sizes[1] == Y->sizes[1] && bias->sizes[2] == 1 && bias->sizes[3] == 1;
}

static size_t channel(Array *Y, size_t at) { return at / Y->sizes[3] / Y->sizes[2] % Y->sizes[1]; }

int cudnnAddTensor(Handle *handle, const float *alpha, Array *bias, const float *b, const float *beta, Array *Y,
                   float *y) {
    if (!isBias(handle, bias, Y) || !blend(alpha, beta, 1)) {
        return BAD_PARAM;
    }
    for (size_t at = 0; at < length(Y); at++) {
        y[at] += b[channel(Y, at)];
    }
    return SUCCESS;
}

int cudnnConvolutionBackwardBias(Handle *handle, const float *alpha, Array *Y, const float *y, const float *beta,
                                 Array *bias, float *b) {
    if (!isBias(handle, bias, Y) || !blend(alpha, beta, 0)) {
        return BAD_PARAM;
    }
    memset(b, 0, length(bias) * sizeof(float));
    for (size_t at = 0; at < length(Y); at++) {
        b[channel(Y, at)] += y[at];
    }
    return SUCCESS;
}
