const f = []; for (let i = 0, g = () => i; i < 2; i++) { f.push(() => i, g); } console.log(f.map(x => x()).join()); { let a = 1; { let a = 2; console.log(a); } console.log(a); }
