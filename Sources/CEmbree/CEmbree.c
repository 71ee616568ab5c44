#include "CEmbree.h"

#include <embree3/rtcore.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LANES = 16 };

struct cembree_scene {
    RTCDevice device;
    RTCScene scene;
    int32_t *face_of_triangle;
};

// MARK: - Scene

/// Robust: no ray slips through an edge that two triangles share. Without spatial splits: a triangle is met once.
static void commit(struct cembree_scene *made, const float *vertices, size_t vertex_count, const uint32_t *triangles,
                   size_t triangle_count) {
    RTCGeometry geometry = rtcNewGeometry(made->device, RTC_GEOMETRY_TYPE_TRIANGLE);
    if (!geometry) return;
    float *points = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_VERTEX, 0, RTC_FORMAT_FLOAT3, 4 * sizeof(float),
                                            vertex_count);
    uint32_t *corners = rtcSetNewGeometryBuffer(geometry, RTC_BUFFER_TYPE_INDEX, 0, RTC_FORMAT_UINT3,
                                                3 * sizeof(uint32_t), triangle_count);
    if (points && corners) {
        memcpy(points, vertices, 4 * sizeof(float) * vertex_count);
        for (size_t i = 0; i < triangle_count; i++) memcpy(corners + 3 * i, triangles + 4 * i, 3 * sizeof(uint32_t));
        rtcCommitGeometry(geometry);
        rtcSetSceneFlags(made->scene, RTC_SCENE_FLAG_ROBUST | RTC_SCENE_FLAG_CONTEXT_FILTER_FUNCTION);
        rtcSetSceneBuildQuality(made->scene, RTC_BUILD_QUALITY_MEDIUM);
        rtcAttachGeometry(made->scene, geometry);
        rtcCommitScene(made->scene);
    }
    rtcReleaseGeometry(geometry);
}

struct cembree_scene *cembree_build(const float *vertices, size_t vertex_count, const uint32_t *triangles,
                                    size_t triangle_count, const int32_t *face_of_triangle, int *error) {
    struct cembree_scene *made = calloc(1, sizeof *made);
    int32_t *faces = malloc(sizeof(int32_t) * triangle_count);
    *error = RTC_ERROR_OUT_OF_MEMORY;
    if (!made || !faces) {
        free(made);
        free(faces);
        return NULL;
    }
    memcpy(faces, face_of_triangle, sizeof(int32_t) * triangle_count);
    made->face_of_triangle = faces;
    // One thread: the same tree each time, and no pool of threads behind the caller's back.
    made->device = rtcNewDevice("threads=1,set_affinity=0");
    if (made->device) made->scene = rtcNewScene(made->device);
    if (made->scene) commit(made, vertices, vertex_count, triangles, triangle_count);
    *error = (int)rtcGetDeviceError(made->device);
    if (*error == RTC_ERROR_NONE) return made;
    cembree_free(made);
    return NULL;
}

void cembree_free(struct cembree_scene *scene) {
    if (scene->scene) rtcReleaseScene(scene->scene);
    if (scene->device) rtcReleaseDevice(scene->device);
    free(scene->face_of_triangle);
    free(scene);
}

// MARK: - What a ray passes

/// Embree's context must be first: a filter gets a pointer to it.
struct query {
    struct RTCIntersectContext context;
    const int32_t *face_of_triangle;
    const int32_t *ignored;
    float *distances;
    int32_t *triangles;
    size_t capacity;
    size_t count;
};

// A packet holds its fields one after the other, N numbers each (rtcore_ray.h; its accessors are for C++ only).
static unsigned ray_of(const struct RTCFilterFunctionNArguments *arguments, unsigned lane) {
    return ((const unsigned *)(const void *)arguments->ray)[10 * arguments->N + lane];
}

static float distance_of(const struct RTCFilterFunctionNArguments *arguments, unsigned lane) {
    return ((const float *)(const void *)arguments->ray)[8 * arguments->N + lane];
}

static unsigned triangle_of(const struct RTCFilterFunctionNArguments *arguments, unsigned lane) {
    return ((const unsigned *)(const void *)arguments->hit)[5 * arguments->N + lane];
}

static void ignore_faces(const struct RTCFilterFunctionNArguments *arguments) {
    const struct query *query = (const void *)arguments->context;
    for (unsigned lane = 0; lane < arguments->N; lane++) {
        if (arguments->valid[lane] == 0) continue;
        const int32_t *ignored = query->ignored + 2 * ray_of(arguments, lane);
        int32_t face = query->face_of_triangle[triangle_of(arguments, lane)];
        if (face == ignored[0] || face == ignored[1]) arguments->valid[lane] = 0;
    }
}

/// Notes every triangle and refuses it, so that the ray goes on. Counts on where the room is used up.
static void collect(const struct RTCFilterFunctionNArguments *arguments) {
    struct query *query = (void *)arguments->context;
    for (unsigned lane = 0; lane < arguments->N; lane++) {
        if (arguments->valid[lane] == 0) continue;
        arguments->valid[lane] = 0;
        unsigned triangle = triangle_of(arguments, lane);
        int32_t face = query->face_of_triangle[triangle];
        if (query->ignored && (face == query->ignored[0] || face == query->ignored[1])) continue;
        if (query->count < query->capacity) {
            query->distances[query->count] = distance_of(arguments, lane);
            query->triangles[query->count] = (int32_t)triangle;
        }
        query->count++;
    }
}

static void start(struct query *query, const struct cembree_scene *scene, const int32_t *ignored) {
    rtcInitIntersectContext(&query->context);
    query->context.filter = ignored ? ignore_faces : NULL;
    query->face_of_triangle = scene->face_of_triangle;
    query->ignored = ignored;
}

/// The segment as a ray of parameter 0 to 1; false where its ends take all of it.
static inline bool segment(const double *from, const double *to, float end_offset, struct RTCRay *ray) {
    double x = to[0] - from[0], y = to[1] - from[1], z = to[2] - from[2];
    double near = end_offset / sqrt(x * x + y * y + z * z);
    *ray = (struct RTCRay){.org_x = (float)from[0], .org_y = (float)from[1], .org_z = (float)from[2],
                           .tnear = (float)near, .dir_x = (float)x, .dir_y = (float)y, .dir_z = (float)z,
                           .tfar = (float)(1 - near), .mask = ~0u};
    return near < 0.5;
}

// MARK: - One ray

int32_t cembree_closest(const struct cembree_scene *scene, const double *origin, const double *direction, float near,
                        float limit, const int32_t *ignored, float *distance) {
    struct query query;
    struct RTCRayHit one;
    start(&query, scene, ignored);
    one.ray = (struct RTCRay){.org_x = (float)origin[0], .org_y = (float)origin[1], .org_z = (float)origin[2],
                              .tnear = near, .dir_x = (float)direction[0], .dir_y = (float)direction[1],
                              .dir_z = (float)direction[2], .tfar = limit, .mask = ~0u};
    one.hit.geomID = RTC_INVALID_GEOMETRY_ID;
    rtcIntersect1(scene->scene, &query.context, &one);
    *distance = one.ray.tfar;
    return one.hit.geomID == RTC_INVALID_GEOMETRY_ID ? -1 : (int32_t)one.hit.primID;
}

bool cembree_occluded(const struct cembree_scene *scene, const double *from, const double *to, float end_offset,
                      const int32_t *ignored) {
    struct query query;
    struct RTCRay ray;
    if (!segment(from, to, end_offset, &ray)) return false;
    start(&query, scene, ignored);
    rtcOccluded1(scene->scene, &query.context, &ray);
    return ray.tfar < 0;
}

size_t cembree_crossings(const struct cembree_scene *scene, const double *from, const double *to, float end_offset,
                         const int32_t *ignored, size_t capacity, float *distances, int32_t *triangles) {
    struct query query;
    struct RTCRay ray;
    if (!segment(from, to, end_offset, &ray)) return 0;
    start(&query, scene, ignored);
    query.context.filter = collect;
    query.distances = distances;
    query.triangles = triangles;
    query.capacity = capacity;
    query.count = 0;
    rtcOccluded1(scene->scene, &query.context, &ray);
    return query.count;
}

// MARK: - Packets

static void set_lane(struct RTCRay16 *rays, unsigned lane, const struct RTCRay *ray) {
    rays->org_x[lane] = ray->org_x;
    rays->org_y[lane] = ray->org_y;
    rays->org_z[lane] = ray->org_z;
    rays->dir_x[lane] = ray->dir_x;
    rays->dir_y[lane] = ray->dir_y;
    rays->dir_z[lane] = ray->dir_z;
    rays->tnear[lane] = ray->tnear;
    rays->tfar[lane] = ray->tfar;
    rays->time[lane] = 0;
    rays->mask[lane] = ~0u;
    rays->id[lane] = lane;
    rays->flags[lane] = 0;
}

void cembree_occluded_batch(const struct cembree_scene *scene, const double *from, size_t from_stride, const double *to,
                            size_t to_stride, size_t count, float end_offset, const int32_t *ignored,
                            uint8_t *occluded) {
    for (size_t first = 0; first < count; first += LANES) {
        size_t lanes = count - first < LANES ? count - first : LANES;
        _Alignas(64) int valid[LANES] = {0};
        struct RTCRay16 rays;
        struct query query;
        for (unsigned lane = 0; lane < LANES; lane++) {
            struct RTCRay ray = {.tfar = 0};
            size_t at = first + lane;
            if (lane < lanes && segment(from + at * from_stride, to + at * to_stride, end_offset, &ray))
                valid[lane] = -1;
            set_lane(&rays, lane, &ray);
        }
        start(&query, scene, ignored ? ignored + 2 * first : NULL);
        rtcOccluded16(valid, scene->scene, &query.context, &rays);
        for (size_t lane = 0; lane < lanes; lane++) occluded[first + lane] = valid[lane] && rays.tfar[lane] < 0;
    }
}

void cembree_closest_batch(const struct cembree_scene *scene, const double *origins, size_t origin_stride,
                           const float *directions, size_t count, float near, float limit, const int32_t *ignored,
                           float *distances, int32_t *triangles) {
    for (size_t first = 0; first < count; first += LANES) {
        size_t lanes = count - first < LANES ? count - first : LANES;
        _Alignas(64) int valid[LANES] = {0};
        struct RTCRayHit16 rays;
        struct query query;
        for (unsigned lane = 0; lane < LANES; lane++) {
            size_t at = first + (lane < lanes ? lane : 0);
            const double *origin = origins + at * origin_stride;
            const float *direction = directions + 4 * at;
            struct RTCRay ray = {.org_x = (float)origin[0], .org_y = (float)origin[1], .org_z = (float)origin[2],
                                 .tnear = near, .dir_x = direction[0], .dir_y = direction[1], .dir_z = direction[2],
                                 .tfar = limit};
            valid[lane] = lane < lanes ? -1 : 0;
            set_lane(&rays.ray, lane, &ray);
            rays.hit.geomID[lane] = RTC_INVALID_GEOMETRY_ID;
        }
        start(&query, scene, ignored ? ignored + 2 * first : NULL);
        rtcIntersect16(valid, scene->scene, &query.context, &rays);
        for (size_t lane = 0; lane < lanes; lane++) {
            distances[first + lane] = rays.ray.tfar[lane];
            triangles[first + lane] =
                rays.hit.geomID[lane] == RTC_INVALID_GEOMETRY_ID ? -1 : (int32_t)rays.hit.primID[lane];
        }
    }
}
