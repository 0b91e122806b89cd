// Single and double precision, conversions, rounding modes, comparisons with NaN.
#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(void) {
	double values[] = {0.1, -2.5, 1e300, -1e-300, 3.0, 2.5, 1e18, -7.49, NAN, INFINITY, 4294967296.5};
	int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
	for (int m = 0; m < 4; m++) {
		fesetround(modes[m]);
		for (int i = 0; i < 11; i++) {
			volatile double v = values[i], w = v / 3.0, x = v * 1.1 + 0.7;
			volatile float f = (float)v;
			printf("%.17g %.17g %.9g %.17g %.17g %d\n", w, x, f, sqrt(fabs(v)), rint(v), isfinite(v) ? (int)lrint(fmod(v, 1000)) : 0);
		}
	}
	fesetround(FE_TONEAREST);
	float sum = 0; double power = 1;
	for (int i = 1; i < 1000; i++) { sum += 1.0f / i; power *= 1.0001; sum *= (float)cos(i) * 0.001f + 1; }
	printf("%.9g %.17g %.17g %.17g\n", sum, power, pow(2.5, 10.3), exp(-3.3));
	printf("%d %d %d %d\n", values[8] < 1, values[8] != values[8], values[9] > 1e308, (int)(unsigned char)(-values[1]));
	unsigned long large = 18446744073709551615ul; printf("%.17g %lu %.9g\n", (double)large, (unsigned long)1.8e19, (float)large);
	return 0;
}
