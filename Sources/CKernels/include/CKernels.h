/// What a Transformer's forward pass computes: products with packed weights, attention, and operations on rows; and its numbers as bytes and
/// as text.
///
/// All matrices are row-major; a stride counts elements. Nothing allocates and nothing checks: `Tensors` does that at its door.
#ifndef ATTENDANT_CKERNELS_H
#define ATTENDANT_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    ATTENDANT_IDENTITY = 0,
    ATTENDANT_GELU = 1,      // x Φ(x), by erf
    ATTENDANT_GELU_TANH = 2, // 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³)))
    ATTENDANT_RELU = 3,
    ATTENDANT_SILU = 4,      // x σ(x)
    ATTENDANT_TANH = 5,
} attendant_activation;

// MARK: Products

/// Columns of a panel: weights[inputs, outputs] are kept as panels of 48 outputs, each with its depths (the inputs) one after the other,
/// the last filled up with zeros.
///
/// f32 panels are [depth][48]; bf16 panels [depth / 2][48][2]; s8 panels [depth / 4][48][4], the depth filled up with zeros.
#define ATTENDANT_PANEL_COLUMNS 48

/// Rows of the tallest tile.
#define ATTENDANT_TILE_ROWS 9

/// product = activation(input · weights + bias + residual), a tile of rows and one panel at a time.
typedef struct {
    /// [rows, depth] of f32, bf16 or u8, as the kernel says; bf16 and u8 rows are filled up with zeros (any number where the weights are
    /// zero) to whole pairs and fours.
    const void *input;
    size_t input_stride;
    size_t rows;
    size_t depth;
    const void *panels;
    /// Elements from one panel to the next.
    size_t panel_stride;
    float *product;
    size_t product_stride;
    /// Of the product; the last panel may have fewer than 48.
    size_t columns;
    /// [columns], or null.
    const float *bias;
    /// [rows, columns], or null; it may be the product itself.
    const float *residual;
    size_t residual_stride;
    attendant_activation activation;
    /// Of u8 rows: the f32 value of u is (u - zero) scale. [rows] each.
    const float *input_scales;
    const int32_t *input_zeros;
    /// Of s8 columns: the f32 value of s is s scale; and the sum of a column's s. [columns] each, filled up to whole panels.
    const float *weight_scales;
    const int32_t *weight_sums;
} attendant_product;

/// Computes the panels first..<last.
typedef void attendant_product_kernel(const attendant_product *product, size_t first_panel, size_t last_panel);

/// Rounds f32 rows to bf16, to nearest even. An odd count of columns is filled up with a zero.
typedef void attendant_encode_bf16_kernel(const float *rows, size_t row_count, size_t columns, size_t stride, uint16_t *encoded,
                                          size_t encoded_stride);

/// Quantizes f32 rows to u8, each row with the scale and zero that its own values need. The columns are filled up to whole fours with the zero.
typedef void attendant_encode_u8_kernel(const float *rows, size_t row_count, size_t columns, size_t stride, uint8_t *encoded,
                                        size_t encoded_stride, float *scales, int32_t *zeros);

// MARK: Attention

/// What depends on how far a key stands from a query, added to the scores before they are scaled. A distance is positive where the key comes
/// behind the query; pointers by distance point at distance 0. All may be null.
typedef struct {
    /// A number for each head and distance.
    const float *bias;
    size_t bias_stride;
    /// query · keys[key_rows[distance]] and key · queries[query_rows[distance]]: rows of [heads * head_size].
    const float *keys, *queries;
    size_t keys_stride, queries_stride;
    const int32_t *key_rows, *query_rows;
    /// [heads * head_size]: added to the queries that `keys` are multiplied with.
    const float *query_bias;
    /// (query + segment_query_bias) · segment_difference is added where query and key are of different segments. [heads * head_size] each.
    const float *segment_difference, *segment_query_bias;
    /// Of the queries, and of the keys.
    const int32_t *query_segments, *key_segments;
} attendant_relative_terms;

/// One sequence's queries, keys and values, [tokens, heads * head_size] each with one stride.
typedef struct {
    const float *query, *key, *value;
    size_t stride;
    /// Keys.
    size_t tokens;
    /// [tokens] The rows of the keys and values, or null for 0, 1, 2 and so on.
    const int32_t *key_rows;
    /// [tokens] With key_rows: added to the scores of a key before they are scaled; as if it stood there more than once.
    const float *key_bias;
    size_t queries;
    /// The position of the first key less that of the first query.
    ptrdiff_t first_distance;
    /// Keys farther away than that have no weight; PTRDIFF_MAX for none.
    size_t window;
    size_t head_size;
    /// Of the scores, before the softmax.
    float scale;
    const attendant_relative_terms *relative;
    /// [queries, heads * head_size]; null where the weights alone are wanted.
    float *context;
    size_t context_stride;
    /// For each head where its weights go, or null; null where nobody asked. A key's column is its row. Where a key has no weight, nothing is
    /// written.
    float *const *weights;
    size_t weights_stride;
} attendant_attention_heads;

/// Columns of a panel of keys or values, and queries of the tallest block.
#define ATTENDANT_ATTENTION_COLUMNS 32
#define ATTENDANT_ATTENTION_ROWS 14

/// Floats of scratch memory for such attention.
size_t attendant_attention_scratch(const attendant_attention_heads *attention);

/// context = softmax(scale (query · keyᵀ + biases)) · value, for the heads first..<last.
typedef void attendant_attention_kernel(const attendant_attention_heads *attention, size_t first_head, size_t last_head, float *scratch);

// MARK: Instruction sets

typedef enum {
    ATTENDANT_PORTABLE = 0,
    ATTENDANT_AVX2 = 1,
    ATTENDANT_AVX512 = 2,
} attendant_instruction_set;

/// The kernels of an instruction set.
typedef struct {
    attendant_product_kernel *product_f32;
    /// f32 rows with bf16 panels.
    attendant_product_kernel *product_widened;
    /// bf16 rows with bf16 panels; null where the CPU has no instruction for it.
    attendant_product_kernel *product_bf16;
    attendant_encode_bf16_kernel *encode_bf16;
    attendant_product_kernel *product_int8;
    attendant_encode_u8_kernel *encode_u8;
    attendant_attention_kernel *attention;
} attendant_kernels;

/// Writes the kernels of a set; 0 where this CPU has not its instructions.
int attendant_kernels_for(attendant_instruction_set set, attendant_kernels *kernels);

/// Runs `iterations` rounds of a bare loop of multiply-adds in registers, what a product could reach at best, and returns how many
/// operations that were, two for each multiply-add; 0 where the CPU has no such instruction.
double attendant_peak_f32(size_t iterations);
double attendant_peak_bf16(size_t iterations);
double attendant_peak_int8(size_t iterations);

/// The x86-64 micro-architecture level of this CPU: 4 (AVX-512), 3 (AVX2 with FMA), or 1; 0 on other architectures.
int attendant_x86_64_level(void);

/// 1 where bf16 pairs are multiplied at least as fast as the f32 numbers they could be widened to.
int attendant_bf16_products_are_fast(void);

/// 1 where the CPU has the bf16 instructions of AVX-512.
int attendant_has_avx512_bf16(void);

// MARK: Packing

/// Writes the weights of one layer, [outputs, inputs], into panels, its first output into column `first_column`. Columns that no layer
/// has stay as they are.
void attendant_pack_f32(const float *weights, size_t outputs, size_t inputs, size_t first_column, float *panels);
void attendant_pack_bf16(const float *weights, size_t outputs, size_t inputs, size_t first_column, uint16_t *panels);
void attendant_pack_int8(const int8_t *weights, size_t outputs, size_t inputs, size_t first_column, int8_t *panels);

/// Quantizes each output's weights to -127 ... 127, rounded to nearest even, with the scale that its largest one needs.
void attendant_quantize_weights(const float *weights, size_t outputs, size_t inputs, int8_t *quantized, float *scales);

/// sums[o] = Σ weights[o]
void attendant_sum_weights(const int8_t *weights, size_t outputs, size_t inputs, int32_t *sums);

// MARK: Operations on rows, compiled for AVX-512, AVX2 and the baseline; the loader picks one by CPUID.

/// rows[r][c] = activation(rows[r][c] + bias[c])
void attendant_bias_activation(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias,
                               attendant_activation activation);

/// rows[r] = LayerNorm(rows[r]) * gamma + beta.
void attendant_layer_norm(float *rows, size_t row_count, size_t columns, size_t stride, const float *gamma, const float *beta,
                          float epsilon);

/// row = LayerNorm(a + b + c) * gamma + beta: an embedding. b and c may be null.
void attendant_embedding(float *row, const float *a, const float *b, const float *c, size_t columns, const float *gamma,
                         const float *beta, float epsilon);

/// rows[r][c] = activation(rows[r][activated + c]) * rows[r][linear + c]: a gated linear unit, in place. One of `activated` and `linear` is 0,
/// the other `columns`.
void attendant_gate(float *rows, size_t row_count, size_t columns, size_t stride, size_t activated, size_t linear,
                    attendant_activation activation);

/// Turns the first 2 * half columns of each of some heads, the column c together with c + half, by the angle whose cosine and sine stand in
/// row r of the tables, [row_count, half].
void attendant_rotate(float *rows, size_t row_count, size_t stride, size_t heads, size_t head_size, size_t half, const float *cosines,
                      const float *sines);

/// 1 where no element is infinite or NaN, else 0.
int attendant_all_finite(const float *values, size_t count);

/// Of attention weights, [queries, keys] without gaps: the sum of -w ln w, and that of w |query - key|.
void attendant_weight_sums(const float *weights, size_t queries, size_t keys, double *entropy, double *distance);

// MARK: Conversions

/// IEEE 754 binary16 to binary32, subnormals, infinities and NaN included. The source needs no alignment.
void attendant_float16_to_float32(const void *source, float *destination, size_t count);

/// bfloat16, the upper half of binary32. The source needs no alignment.
void attendant_bfloat16_to_float32(const void *source, float *destination, size_t count);

/// binary32 to IEEE 754 binary16, rounded to nearest even; beyond 65504 that is infinity. The destination needs no alignment.
void attendant_float32_to_float16(const float *source, void *destination, size_t count);

// MARK: Decimals

/// Bytes that the text of one number may take, its comma included, and what is written behind it.
#define ATTENDANT_DECIMAL_BYTES 24

/// Writes finite numbers as JSON numbers with commas between, and returns the length of that. Each is the shortest decimal that gives back
/// the same binary32: "0.0", "-0.25", "1.5e-7". The text has ATTENDANT_DECIMAL_BYTES for each number.
///
/// What is not finite has no JSON; it gives some number or other.
size_t attendant_write_shortest(const float *values, size_t count, uint8_t *text);

/// The same, rounded to `decimals` digits behind the point, 0 to 9, half to even; zeros at the end are left out, and so is the point of a
/// whole number. Beyond 2^53 / 10^decimals as above.
size_t attendant_write_rounded(const float *values, size_t count, uint32_t decimals, uint8_t *text);

#endif
