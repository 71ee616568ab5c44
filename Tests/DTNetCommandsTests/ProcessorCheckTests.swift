import DTNetCommands
import Testing

@Suite struct ProcessorCheckTests {
    @Test func whatAProcessorLacksIsNamed() {
        let old = "processor\t: 0\nflags\t\t: fpu sse4_2 avx f16c xsave\nbugs\t\t: fma avx2\n"
        #expect(ProcessorCheck.lacking(in: old) == ["avx2", "bmi1", "bmi2", "fma", "abm", "movbe"])
        let new = "flags\t\t: avx avx2 bmi1 bmi2 f16c fma abm movbe xsave\n"
        #expect(ProcessorCheck.lacking(in: new).isEmpty)
        #expect(ProcessorCheck.lacking(in: "model name\t: unknown\n").isEmpty)
    }
}
