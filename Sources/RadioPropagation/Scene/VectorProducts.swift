internal import Glibc

/// Scalar product.
func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }

/// Vector product, right-handed.
func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

/// Euclidean length.
func length(_ a: SIMD3<Double>) -> Double { dot(a, a).squareRoot() }

/// The vector at length 1; a vector of length 0 stays what it is.
func normalised(_ a: SIMD3<Double>) -> SIMD3<Double> {
    let length = length(a)
    return length > 0 ? a / length : a
}
