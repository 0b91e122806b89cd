// Extended precision: printf of long double, and the functions that use the x87.
#include <stdio.h>
#include <math.h>
#include <stdlib.h>
int main(){ long double x=1.0L; for(int i=1;i<20;i++){ x=x*1.37L+i/3.0L; printf("%.20Lg %Lf %La %.3Le\n",x,x,x,x);} 
printf("%.15g %.17g %a %f\n",1/3.0,2e300*3,0.1,1e15/7); printf("%Lg %Lg %Lg\n", (long double)INFINITY, -(long double)NAN, 0.0L);
printf("%.18Lg %.18Lg %.18Lg %.18Lg %.18Lg %.18Lg\n",sinl(1.5L),cosl(100.L),tanl(1),expl(3.3L),logl(7.5L),powl(2.5L,3.7L)); printf("%.18Lg %.18Lg %.18Lg\n",atan2l(1,-2),fmodl(1e20L,7.3L),sqrtl(2)); 
printf("%.17g %.17g %.17g %g\n",sin(1e5),exp(1.5),pow(1.1,100),strtod("3.14159e-10",0)); printf("%lld %d %ld\n",(long long)1e18L,(int)-7.9L,lrintl(2.5L));return 0;}
