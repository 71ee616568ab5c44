/// The first of `count` places at which `isBelow`, true up to some place and false from there on, is false; `count`
/// where it is true of all.
@inline(__always)
func partitionPoint(_ count: Int, isBelow: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
        let middle = (low + high) / 2
        if isBelow(middle) { low = middle + 1 } else { high = middle }
    }
    return low
}
