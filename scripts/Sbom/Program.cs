using Mortanba.Sbom;

// Usage: ROOT PACKAGES OUT: the checkout, the folder of restored packages, the file to write.
if (args is not [var root, var packages, var target])
{
    Console.Error.WriteLine("Usage: sbom ROOT PACKAGES OUT");
    return 64;
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
File.WriteAllBytes(target, BillOfMaterials.Write(root, packages));
return 0;
