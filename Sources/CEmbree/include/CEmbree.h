// What SceneIndex needs of Embree 3.13. In C because packets are 64-byte aligned structs and filters are callbacks.
//
// Points are rows of 4 doubles (Swift's SIMD3<Double>), directions and vertices rows of 4 floats (SIMD3<Float>),
// triangles rows of 4 uint32_t; the fourth number is not read. A stride counts numbers, 0 repeats the first row.
// `ignored` holds two face numbers per ray that the ray passes, -1 for none; NULL where no ray ignores any.
// Segments run from `from` to `to`, less `end_offset` metres at both ends. Any number of threads may ask one scene.
#ifndef DTNET_CEMBREE_H
#define DTNET_CEMBREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cembree_scene;

/// Copies what it is given. NULL where Embree refuses or memory is out; `error` is then Embree's code (RTCError).
struct cembree_scene *cembree_build(const float *vertices, size_t vertex_count, const uint32_t *triangles,
                                    size_t triangle_count, const int32_t *face_of_triangle, int *error);

void cembree_free(struct cembree_scene *scene);

/// The nearest triangle between `near` and `limit` lengths of the direction, or -1.
int32_t cembree_closest(const struct cembree_scene *scene, const double *origin, const double *direction, float near,
                        float limit, const int32_t *ignored, float *distance);

bool cembree_occluded(const struct cembree_scene *scene, const double *from, const double *to, float end_offset,
                      const int32_t *ignored);

/// All triangles that a segment meets, in no order; distances as shares of its length. Returns how many there are,
/// which may be more than `capacity`, the room for them.
size_t cembree_crossings(const struct cembree_scene *scene, const double *from, const double *to, float end_offset,
                         const int32_t *ignored, size_t capacity, float *distances, int32_t *triangles);

/// `cembree_occluded` of many segments, in packets of 16; 1 where something lies between.
void cembree_occluded_batch(const struct cembree_scene *scene, const double *from, size_t from_stride, const double *to,
                            size_t to_stride, size_t count, float end_offset, const int32_t *ignored,
                            uint8_t *occluded);

/// `cembree_closest` of many rays, in packets of 16.
void cembree_closest_batch(const struct cembree_scene *scene, const double *origins, size_t origin_stride,
                           const float *directions, size_t count, float near, float limit, const int32_t *ignored,
                           float *distances, int32_t *triangles);

#endif
